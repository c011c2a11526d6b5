import Redis from 'iovalkey';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('iovalkey');
const redis = new Redis({ port, db: database });
redis.on('error', () => {});
await check('strings', async () => {
  equal(await redis.set('iv:a', 'v', 'EX', 100), 'OK');
  equal(await redis.get('iv:a'), 'v');
  equal(await redis.set('iv:a', 'w', 'NX'), null);
  equal(await redis.mget('iv:a', 'iv:none'), ['v', null]);
});
await checkDatabase('iv:a');
await check('transactions, with WATCH', async () => {
  equal(await redis.multi().set('iv:t', 1).incr('iv:t').exec(), [[null, 'OK'], [null, 2]]);
  const other = redis.duplicate();
  await redis.watch('iv:t');
  await other.incr('iv:t');
  equal(await redis.multi().set('iv:t', 9).exec(), null);
  other.disconnect();
});
await check('scripts', async () => {
  redis.defineCommand('addTo', { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], ARGV[1])" });
  equal(await redis.addTo('iv:s', 7), 7);
  equal(await redis.addTo('iv:s', 7), 14);
});
end();
