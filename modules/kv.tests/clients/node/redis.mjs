import { createClient } from 'redis';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('redis');
const client = createClient({ url: `redis://127.0.0.1:${port}/${database}` });
client.on('error', () => {});
await check('strings', async () => {
  await client.connect();
  await client.flushDb();
  equal(await client.set('nr:a', 'v', { EX: 100 }), 'OK');
  equal(await client.get('nr:a'), 'v');
  equal(await client.ttl('nr:a') > 50, true);
  equal(await client.set('nr:a', 'w', { NX: true }), null);
  equal(await client.mGet(['nr:a', 'nr:none']), ['v', null]);
  equal(await client.incrBy('nr:n', 5), 5);
});
await checkDatabase('nr:a');
await check('transactions', async () => {
  equal(await client.multi().set('nr:t', '1').incr('nr:t').get('nr:t').exec(), ['OK', 2, '2']);
});
await check('scripts', async () => {
  equal(await client.eval("return redis.call('incrby', KEYS[1], ARGV[1])", { keys: ['nr:s'], arguments: ['7'] }), 7);
});
await check('scan iterators', async () => {
  let found = 0;
  for await (const keys of client.scanIterator({ MATCH: 'nr:*' })) {
    found += Array.isArray(keys) ? keys.length : 1;
  }
  equal(found, 4);
});
end();
