import { Cacheable } from 'cacheable';
import KeyvRedis from '@keyv/redis';
import { check, database, end, equal, library, port } from './check.mjs';

library('cacheable');
const open = () => new Cacheable({ secondary: new KeyvRedis(`redis://127.0.0.1:${port}/${database}`) });
const [one, other] = [open(), open()];
await check('in memory, and behind it here', async () => {
  await one.set('cb:a', { b: 1 }, '1m');
  equal(await one.get('cb:a'), { b: 1 });
  equal(await other.get('cb:a'), { b: 1 });
  equal(await other.has('cb:none'), false);
});
await check('many, take, delete', async () => {
  await one.setMany([{ key: 'cb:x', value: 1 }, { key: 'cb:y', value: 2 }]);
  equal(await other.getMany(['cb:x', 'cb:y']), [1, 2]);
  equal(await one.take('cb:x'), 1);
  await one.deleteMany(['cb:y']);
  equal(await open().getMany(['cb:x', 'cb:y']), [undefined, undefined]);
});
end();
