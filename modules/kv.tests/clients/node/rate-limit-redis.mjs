import { RedisStore } from 'rate-limit-redis';
import Redis from 'ioredis';
import { check, database, end, equal, library, port } from './check.mjs';

library('rate-limit-redis');
const stores = [1, 2].map(() => {
  const client = new Redis({ port, db: database });
  client.on('error', () => {});
  const store = new RedisStore({ sendCommand: (...args) => client.call(...args), prefix: 'rl:' });
  store.init({ windowMs: 60_000 });
  return store;
});
await check('two clients count together', async () => {
  await stores[0].resetKey('k');
  const hits = await Promise.all(Array.from({ length: 60 }, (_, i) => stores[i % 2].increment('k')));
  equal(hits.map(hit => hit.totalHits).sort((a, b) => a - b), Array.from({ length: 60 }, (_, i) => i + 1));
  equal(hits.every(hit => hit.resetTime.getTime() > Date.now()), true);
  await stores[1].decrement('k');
  equal((await stores[0].get('k')).totalHits, 59);
  await stores[0].resetKey('k');
  equal((await stores[1].increment('k')).totalHits, 1);
});
end();
