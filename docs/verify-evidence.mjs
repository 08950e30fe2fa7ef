// Verifies a Chancery evidence bundle away from Chancery: node verify-evidence.mjs FILE [VKEY…]
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest()
const insist = (holds, what) => { if (!holds) { console.error(`differs: ${what}`); process.exit(1) } }
const canonical = (v) => v === null || typeof v !== 'object' ? JSON.stringify(v)
  : Array.isArray(v) ? `[${v.map(canonical)}]`
    : `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}`
const without = (name, { [name]: _, ...rest }) => rest

function key(vkey) { // name+key id+base64(type, public key)
  const [, name, id, material] = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/s) ?? []
  const told = Buffer.from(material ?? '', 'base64')
  insist(sha256(`${name}\n`, told).subarray(0, 4).toString('hex') === id, `key ${vkey}`)
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), told.subarray(1)])
  return { vkey, name, id, type: told[0], public: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}
function signed(note, keys) { // the note's text, and the keys whose signatures on it hold
  const end = note.lastIndexOf('\n\n') + 1, text = note.slice(0, end)
  const lines = note.slice(end + 1, -1).split('\n'), holding = []
  for (const line of lines) {
    const [, name, encoded] = line.match(/^— (\S+) (\S+)$/) ?? []
    const told = Buffer.from(encoded ?? '', 'base64'), id = told.subarray(0, 4).toString('hex')
    const by = keys.find((k) => k.type === 1 && k.name === name && k.id === id)
    if (!by) continue
    insist(told.toString('base64') === encoded, `base64 of ${name}`)
    insist(verify(null, Buffer.from(text), by.public, told.subarray(4)), `signature of ${name}`)
    holding.push(by)
  }
  return { text, lines, keys: holding }
}
function included({ header, proof }, size, root) { // RFC 6962; the leaf is the header
  let at = JSON.parse(header).position - 1, last = size - 1, hash = sha256('\x00', header)
  insist(at >= 0 && at < size, `position ${at + 1}`)
  for (const step of proof.map((p) => Buffer.from(p, 'base64'))) {
    insist(last > 0, `proof of ${header}`)
    const left = at % 2 === 1 || at === last
    hash = left ? sha256('\x01', step, hash) : sha256('\x01', hash, step)
    if (left) while (at % 2 === 0 && at > 0) { at /= 2; last = Math.floor(last / 2) }
    at = Math.floor(at / 2); last = Math.floor(last / 2)
  }
  insist(last === 0 && hash.equals(root), `proof of ${header}`)
}

const [file, ...trusted] = process.argv.slice(2), bytes = readFileSync(file)
const bundle = JSON.parse(bytes), rest = without('seal', bundle), keys = bundle.keys.map(key)
insist(bundle.format === 'chancery-evidence/v1', 'format')
insist(Buffer.from(canonical(bundle)).equals(bytes), 'canonical form of the file')
const seal = signed(bundle.seal, keys), checkpoint = signed(bundle.checkpoint, keys)
insist(seal.text === `${bundle.format}\n${sha256(canonical(rest)).toString('hex')}\n`, 'seal')
insist(seal.keys.length === seal.lines.length && seal.keys.length > 0, 'signatures of the seal')
const [origin, size, root] = checkpoint.text.split('\n')
for (const note of [seal, checkpoint]) {
  insist(note.keys.some((k) => k.name === origin && (!trusted.length || trusted.includes(k.vkey))), 'signer')
}
for (const record of [...bundle.records, ...bundle.edges]) {
  included(record, Number(size), Buffer.from(root, 'base64'))
  if (typeof record.body !== 'string') continue // an edge, or erased by law
  const digest = sha256(Buffer.from(record.salt, 'hex'), record.body).toString('hex')
  insist(JSON.parse(record.header).digest === `sha256:${digest}`, `body of ${record.header}`)
}
const { answer } = bundle, basis = without('digest', answer.basis)
const digest = sha256(canonical({ ...answer, basis })).toString('hex')
insist(answer.basis.digest === `sha256:${digest}`, 'digest of the answer')
console.log(`${bundle.records.length} records in the log ${origin} of ${size}; sealed by ${seal.keys[0].vkey}`)
