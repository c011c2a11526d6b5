import Redis from 'ioredis';
import Redlock from 'redlock';
import { check, contend, database, end, equal, library, port } from './check.mjs';

library('redlock');
const locks = [1, 2, 3, 4].map(() => {
  const client = new Redis({ port, db: database });
  client.on('error', () => {});
  return new Redlock([client], { retryCount: 2000, retryDelay: 3, retryJitter: 3 });
});
await check('a lock is never held twice', async () => {
  await contend(locks, 15, lock => lock.lock('redlock:a', 10_000), held => held.unlock());
});
await check('extended, and free when it ends', async () => {
  const held = await locks[0].lock('redlock:b', 10_000);
  const began = Date.now();
  await held.extend(500);
  await (await locks[1].lock('redlock:b', 1000)).unlock();
  equal(Date.now() - began > 400, true);
});
end();
