import Redis from 'ioredis';
import limiters from 'rate-limiter-flexible';
import { check, database, end, equal, library, port } from './check.mjs';

library('rate-limiter-flexible');
const clients = [1, 2].map(() => new Redis({ port, db: database }));
clients.forEach(client => client.on('error', () => {}));
const allowed = async (makers, calls) => {
  const limits = clients.map(makers);
  await limits[0].delete('k');
  const results = await Promise.allSettled(Array.from({ length: calls }, (_, i) => limits[i % 2].consume('k')));
  const bad = results.find(result => result.status === 'rejected' && result.reason instanceof Error);
  if (bad) {
    throw bad.reason;
  }
  return results.filter(result => result.status === 'fulfilled').length;
};
await check('two clients never exceed the limit', async () => {
  equal(await allowed(storeClient => new limiters.RateLimiterRedis({ storeClient, points: 10, duration: 60 }), 60), 10);
});
await check('with a block for who exceeds it', async () => {
  equal(await allowed(storeClient => new limiters.RateLimiterRedis({ storeClient, points: 5, duration: 60, blockDuration: 30,
    keyPrefix: 'rlf2' }), 40), 5);
});
await check('rejects in Redis itself', async () => {
  equal(await allowed(storeClient => new limiters.RateLimiterRedis({ storeClient, points: 7, duration: 60,
    rejectIfRedisNotReady: true, useRedisPackage: false, keyPrefix: 'rlf3' }), 40), 7);
});
end();
