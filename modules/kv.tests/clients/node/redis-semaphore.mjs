import Redis from 'ioredis';
import { MultiSemaphore, Mutex, RedlockMutex, Semaphore } from 'redis-semaphore';
import { check, contend, database, end, library, port } from './check.mjs';

library('redis-semaphore');
const clients = [1, 2, 3, 4].map(() => new Redis({ port, db: database }));
clients.forEach(client => client.on('error', () => {}));
const options = { acquireTimeout: 15_000, retryInterval: 3, lockTimeout: 5000, refreshInterval: 1000, onLockLost: () => {} };
const locked = lock => contend(clients.map(lock), 10, async mutex => { await mutex.acquire(); return mutex; },
  mutex => mutex.release());
await check('Mutex, never held twice', () => locked(client => new Mutex(client, 'rs:a', options)));
await check('RedlockMutex, never held twice', () => locked(client => new RedlockMutex([client], 'rs:b', options)));
await check('Semaphore (sorted sets)', () => locked(client => new Semaphore(client, 'rs:c', 1, options)));
await check('MultiSemaphore (sorted sets)', () => locked(client => new MultiSemaphore(client, 'rs:d', 1, 1, options)));
end();
