import Bottleneck from 'bottleneck';
import { check, database, end, equal, library, port } from './check.mjs';

library('bottleneck');
await check('cluster of limiters (hashes, sorted sets, publish)', async () => {
  const limiter = new Bottleneck({ id: 'bn', datastore: 'ioredis', maxConcurrent: 1, clearDatastore: true,
    clientOptions: { host: '127.0.0.1', port, db: database } });
  const errors = [];
  limiter.on('error', error => errors.push(error));
  await limiter.ready();
  equal(await limiter.schedule(async () => 5), 5);
  if (errors.length > 0) {
    throw errors[0];
  }
});
end();
