// The emmett peer: a stream a relationship on PostgreSQL, told over standard input, one JSON
// object a line; each answer is one line too. It keeps the time itself, so that the line between
// the two processes costs no peer anything.

import { createInterface } from 'node:readline';
import { dumbo } from '@event-driven-io/dumbo';
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql';

const url = process.argv[2];
const store = getPostgreSQLEventStore(url);
await store.schema.migrate();

const streamOf = (relationship) => `relationship-${relationship}`;
const seconds = () => Number(process.hrtime.bigint()) / 1e9;

// A record as the plan's files have it, in the order of its fields there.
const read = ([position, op, actId, version, body, kind, role, begins, window, direct, pairs]) => ({
  position, op, actId, version, body, kind, role, begins, window, direct, pairs,
});
const eventOf = (told) => ({ type: `${told.kind}.${told.op}`, data: told });

const take = (known, { data: told }) => {
  const key = `${told.actId}/${told.version}`;
  if (told.op === 'retraction') known.delete(key);
  else known.set(key, told);
  return known;
};

function reduced(lines, asOf) {
  const acts = new Map();
  const opened = new Map();
  const closed = new Set();
  let last = null;
  for (const line of lines) {
    if (line.begins > asOf) continue;
    acts.set(line.actId, line.direct ? line.kind : 'many_party');
    if (line.direct) {
      const later = last === null || line.begins > last.begins
        || (line.begins === last.begins && line.position > last.position);
      if (later) last = line;
    }
    if (line.role === 'opens') opened.set(line.actId, line);
    else if (line.role === 'closes') closed.add(line.actId);
  }
  const counts = {};
  for (const kind of acts.values()) counts[kind] = (counts[kind] ?? 0) + 1;
  const standing = {};
  for (const [actId, line] of opened) {
    const passed = line.window !== null && line.window < asOf;
    if (!closed.has(actId) && !passed) {
      standing[`${line.kind}s`] = (standing[`${line.kind}s`] ?? 0) + 1;
    }
  }
  return { counts, last: last === null ? null : last.body.date, standing };
}

async function state([relationship, asOf, position]) {
  const { state: known } = await store.aggregateStream(streamOf(relationship), {
    initialState: () => new Map(),
    evolve: (known, event) =>
      position !== null && event.data.position > position ? known : take(known, event),
  });
  return reduced(known.values(), asOf);
}

async function append(told) {
  for (const pair of told.pairs) await store.appendToStream(streamOf(pair), [eventOf(told)]);
}

async function within(budget, list, work) {
  const end = seconds() + (budget ?? Infinity);
  for (const one of list) {
    await work(one);
    if (seconds() > end) break;
  }
}

const commands = {
  async load({ told }) {
    const streams = new Map();
    for (const one of told.map(read)) {
      for (const pair of one.pairs) {
        if (!streams.has(pair)) streams.set(pair, []);
        streams.get(pair).push(eventOf(one));
      }
    }
    // Streams do not wait for one another: as many at a time as the pool has connections.
    const waiting = [...streams];
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (waiting.length > 0) {
        const [pair, events] = waiting.pop();
        await store.appendToStream(streamOf(pair), events);
      }
    }));
    return {};
  },

  async append({ told, budget }) {
    const waits = [];
    await within(budget, told.map(read), async (one) => {
      const begun = seconds();
      await append(one);
      waits.push(seconds() - begun);
    });
    return { waits };
  },

  async states({ asked, budget }) {
    const waits = [];
    const answers = [];
    await within(budget, asked, async (one) => {
      const begun = seconds();
      const answer = await state(one);
      waits.push(seconds() - begun);
      answers.push(answer);
    });
    return { waits, answers };
  },

  async rebuild() {
    const pool = dumbo({ connectionString: url });
    const all = new Map();
    let after = 0n;
    for (;;) {
      const { messages } = await readMessagesBatch(pool.execute, { after, batchSize: 1000 });
      if (messages.length === 0) break;
      for (const message of messages) {
        const name = message.metadata.streamName;
        all.set(name, take(all.get(name) ?? new Map(), message));
      }
      after = messages[messages.length - 1].metadata.globalPosition;
    }
    await pool.close();
    return { streams: all.size };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await commands[command](given))}\n`);
}
await store.close();
