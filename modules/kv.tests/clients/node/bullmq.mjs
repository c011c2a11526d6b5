import { Queue } from 'bullmq';
import { check, database, end, equal, library, port } from './check.mjs';

library('bullmq');
await check('a job is queued (lists, hashes, streams)', async () => {
  const queue = new Queue('q', { connection: { host: '127.0.0.1', port, db: database, maxRetriesPerRequest: 1 } });
  queue.on('error', () => {});
  await queue.add('job', { a: 1 });
  equal(await queue.getWaitingCount(), 1);
});
end();
