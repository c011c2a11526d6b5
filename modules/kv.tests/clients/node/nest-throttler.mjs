import 'reflect-metadata';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import Redis from 'ioredis';
import { check, database, end, equal, library, port } from './check.mjs';

library('@nest-lab/throttler-storage-redis');
const stores = [1, 2].map(() => {
  const client = new Redis({ port, db: database });
  client.on('error', () => {});
  return new ThrottlerStorageRedisService(client);
});
await check('two servers never exceed the limit', async () => {
  const key = `nest-${process.pid}`;
  const hits = await Promise.all(Array.from({ length: 40 }, (_, i) => stores[i % 2].increment(key, 60_000, 10, 30_000, 'default')));
  equal(hits.filter(hit => !hit.isBlocked).length, 10);
  equal(hits.filter(hit => hit.isBlocked).every(hit => hit.timeToBlockExpire > 0), true);
});
end();
