// What all programs of this folder share. Each is run as `node NAME.mjs PORT DATABASE` and prints lines that run.sh reads:
// `library NAME VERSION`, then for each check `ok WHAT`, or `no WHAT: WHY`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';

export const port = Number(process.argv[2]);
export const database = Number(process.argv[3]);
export const equal = assert.deepEqual;
export const sleep = millis => new Promise(done => setTimeout(done, millis));

const CHECK_MILLIS = 20_000;

export function library(name) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url)));
  console.log(`library ${name} ${version}`);
}

export async function check(what, body) {
  let timer;
  const late = new Promise((_, refuse) => { timer = setTimeout(() => refuse(new Error('no answer')), CHECK_MILLIS); });
  try {
    await Promise.race([body(), late]);
    console.log(`ok ${what}`);
  } catch (error) {
    console.log(`no ${what}: ${String(error?.message ?? error).split('\n').filter(line => line.trim())[0]}`);
  } finally {
    clearTimeout(timer);
  }
}

export function end() {
  process.exit(0);
}

/** The bytes that the server answers to inline commands, read by a plain socket in a database of its choice. */
export function ask(inDatabase, command) {
  return new Promise((done, refuse) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`*1\r\n$4\r\nPING\r\nSELECT ${inDatabase}\r\n${command}\r\nQUIT\r\n`));
    let text = '';
    socket.on('data', bytes => { text += bytes; });
    socket.on('error', refuse);
    socket.on('close', () => done(text.split('\r\n').slice(2, -2).join(' ')));
  });
}

/** That a key is in the database of this run and in no other. */
export async function checkDatabase(key) {
  await check('its keys are in its database only', async () => {
    equal(await ask(database, `EXISTS ${key}`), ':1');
    if (database !== 0) {
      equal(await ask(0, `EXISTS ${key}`), ':0');
    }
  });
}

/** Runs a task by several at once; `enter` and `leave` must keep them apart. Counts how many were inside together. */
export async function contend(workers, turns, enter, leave) {
  let inside = 0;
  let most = 0;
  let entered = 0;
  await Promise.all(workers.map(async worker => {
    for (let turn = 0; turn < turns; turn++) {
      const held = await enter(worker);
      entered++;
      most = Math.max(most, ++inside);
      await sleep(2);
      inside--;
      await leave(held, worker);
    }
  }));
  equal(most, 1);
  equal(entered, workers.length * turns);
}
