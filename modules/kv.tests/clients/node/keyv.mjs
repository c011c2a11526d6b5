import Keyv from 'keyv';
import KeyvRedis from '@keyv/redis';
import { check, database, end, equal, library, port, sleep } from './check.mjs';

library('@keyv/redis');
const keyv = new Keyv(new KeyvRedis(`redis://127.0.0.1:${port}/${database}`), { namespace: 'kv' });
keyv.on('error', () => {});
await check('get, set, delete', async () => {
  equal(await keyv.set('a', { b: 1 }), true);
  equal(await keyv.get('a'), { b: 1 });
  equal(await keyv.has('a'), true);
  equal(await keyv.delete('a'), true);
  equal(await keyv.get('a'), undefined);
});
await check('time to live', async () => {
  await keyv.set('t', 1, 60);
  await sleep(200);
  equal(await keyv.get('t'), undefined);
});
await check('clear of a namespace', async () => {
  await keyv.set('x', 1);
  await keyv.clear();
  equal(await keyv.get('x'), undefined);
});
end();
