import { createStorage } from 'unstorage';
import redisDriver from 'unstorage/drivers/redis';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('unstorage');
const storage = createStorage({ driver: redisDriver({ base: 'us', host: '127.0.0.1', port, db: database }) });
await check('set, get, has, remove', async () => {
  await storage.setItem('a', { b: 1 }, { ttl: 100 });
  equal(await storage.getItem('a'), { b: 1 });
  equal(await storage.hasItem('a'), true);
  await storage.setItem('b', 'text');
  await storage.removeItem('b');
  equal(await storage.getItem('b'), null);
});
await checkDatabase('us:a');
await check('keys, bytes, many, clear', async () => {
  await storage.setItemRaw('raw', Buffer.from([0, 255, 10]));
  equal(Buffer.from(await storage.getItemRaw('raw')), Buffer.from([0, 255, 10]));
  await storage.setItem('many:x', 1);
  await storage.setItem('many:y', 2);
  equal((await storage.getKeys('many')).sort(), ['many:x', 'many:y']);
  equal((await storage.getItems(['many:x', 'many:y'])).map(item => item.value), [1, 2]);
  await storage.clear();
  equal(await storage.getKeys(), []);
});
end();
