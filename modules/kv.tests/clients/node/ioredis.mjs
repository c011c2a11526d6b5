import { readFileSync } from 'node:fs';
import Redis from 'ioredis';
import { check, checkDatabase, database, end, equal, library, port } from './check.mjs';

library('ioredis');
const redis = new Redis({ port, db: database });
redis.on('error', () => {});
await check('strings', async () => {
  await redis.flushdb();
  equal(await redis.set('io:a', 'v', 'EX', 100), 'OK');
  equal(await redis.get('io:a'), 'v');
  equal(await redis.ttl('io:a') > 50, true);
  equal(await redis.set('io:a', 'w', 'NX'), null);
  equal(await redis.mget('io:a', 'io:none'), ['v', null]);
  equal(await redis.incrby('io:n', 5), 5);
  equal(await redis.getBuffer('io:a'), Buffer.from('v'));
});
await checkDatabase('io:a');
await check('pipelines', async () => {
  const replies = await redis.pipeline().set('io:p', 1).incr('io:p').get('io:p').exec();
  equal(replies, [[null, 'OK'], [null, 2], [null, '2']]);
});
await check('transactions', async () => {
  equal(await redis.multi().set('io:t', 1).incr('io:t').exec(), [[null, 'OK'], [null, 2]]);
});
await check('WATCH', async () => {
  const other = redis.duplicate();
  await redis.watch('io:w');
  await other.set('io:w', 1);
  equal(await redis.multi().set('io:w', 2).exec(), null);
  other.disconnect();
});
await check('scripts', async () => {
  redis.defineCommand('addTo', { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], ARGV[1])" });
  equal(await redis.addTo('io:s', 7), 7);
  equal(await redis.addTo('io:s', 7), 14);
});
await check('scan streams', async () => {
  const found = [];
  for await (const keys of redis.scanStream({ match: 'io:*', count: 2 })) {
    found.push(...keys);
  }
  equal(found.includes('io:a') && found.includes('io:s'), true);
});
if (process.env.CLIENTS_CA) {
  await check('over TLS', async () => {
    const [, tlsPort] = await redis.config('GET', 'tls-port');
    const overTls = new Redis({ host: 'localhost', port: Number(tlsPort), db: database, tls: { ca: readFileSync(process.env.CLIENTS_CA) } });
    const value = 'v'.repeat(100_000);
    equal(await overTls.set('io:tls', value), 'OK');
    equal(await Promise.all(Array.from({ length: 20 }, () => overTls.get('io:tls'))), Array(20).fill(value));
    overTls.disconnect();
    equal(await redis.strlen('io:tls'), value.length);
  });
}
end();
