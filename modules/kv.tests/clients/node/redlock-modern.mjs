import Redis from 'ioredis';
import { Redlock } from '@sesamecare-oss/redlock';
import { check, contend, database, end, equal, library, port } from './check.mjs';

library('@sesamecare-oss/redlock');
const locks = [1, 2, 3, 4].map(() => {
  const client = new Redis({ port, db: database });
  client.on('error', () => {});
  const lock = new Redlock([client], { retryCount: 3000, retryDelay: 3, retryJitter: 3 });
  lock.on('error', () => {});
  return lock;
});
await check('a lock is never held twice', async () => {
  await contend(locks, 15, lock => lock.acquire(['rm:a'], 10_000), held => held.release());
});
await check('two resources at once', async () => {
  const held = await locks[0].acquire(['rm:b', 'rm:c'], 10_000);
  const refused = await locks[1].acquire(['rm:c', 'rm:d'], 10_000, { retryCount: 0 }).catch(error => error);
  equal(refused instanceof Error && !(refused instanceof TypeError), true);
  await held.release();
  await (await locks[1].acquire(['rm:c', 'rm:d'], 10_000)).release();
});
await check('extended while a task lasts', async () => {
  const done = await locks[0].using(['rm:e'], 1000, { automaticExtensionThreshold: 800 }, async signal => {
    await new Promise(later => setTimeout(later, 1500));
    return !signal.aborted;
  });
  equal(done, true);
});
end();
