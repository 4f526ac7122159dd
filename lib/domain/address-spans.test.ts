import { describe, expect, it } from 'vitest'
import { addressesOf, countAddresses, isSpanProblem, parseSpans, type Span } from './address-spans.ts'

const all = (text: string) => [...addressesOf(parseSpans(text, 65_536) as Span[])]

describe('parseSpans', () => {
  it.each<[string, string[]]>([
    ['10.0.4.7', ['10.0.4.7']],
    ['10.0.4.0/30', ['10.0.4.1', '10.0.4.2']],
    ['10.0.4.5/30', ['10.0.4.5', '10.0.4.6']],
    ['10.0.4.4/31', ['10.0.4.4', '10.0.4.5']],
    ['10.0.4.4/32', ['10.0.4.4']],
    ['10.0.3.255-10.0.4.1', ['10.0.3.255', '10.0.4.0', '10.0.4.1']],
    ['10.0.4.9-11', ['10.0.4.9', '10.0.4.10', '10.0.4.11']],
    ['10.0.[4-5].[1,3]', ['10.0.4.1', '10.0.4.3', '10.0.5.1', '10.0.5.3']],
    ['10.0.4.3, 10.0.4.1-2\n10.0.4.2-4', ['10.0.4.1', '10.0.4.2', '10.0.4.3', '10.0.4.4']], // each once, in order
    ['fd00::7 10.0.4.1 FD00:0::7', ['10.0.4.1', 'fd00::7']],
    ['255.255.255.254-255', ['255.255.255.254', '255.255.255.255']],
  ])('%j', (text, addresses) => {
    expect(all(text)).toEqual(addresses)
  })

  it.each([
    ['', 'empty'],
    [' , ', 'empty'],
    ['10.0.4', 'no-address'],
    ['10.0.4.256', 'no-address'],
    ['10.0.4.01', 'no-address'],
    ['0x7f.1', 'no-address'],
    ['2130706433', 'no-address'],
    ['host.example.org', 'no-address'],
    ['fe80::1%eth0', 'no-address'],
    ['10.0.4.0/33', 'no-network'],
    ['fd00::/64', 'no-network'],
    ['10.0.4.9-3', 'backwards'],
    ['10.0.4.[1-', 'unclosed-bracket'],
    ['10.0.4.[9-1]', 'bad-range'],
    ['10.0.0.0/8', 'too-many'],
    ['10.[0-255].[0-255].[0-255]', 'too-many'],
    ['10.0.0.0/16,10.1.0.0/16', 'too-many'],
  ])('%j is %s', (text, code) => {
    const result = parseSpans(text, 65_536)
    expect(isSpanProblem(result) && result.code).toBe(code)
  })
})

it('counts, and goes on from anywhere', () => {
  const spans = parseSpans('10.0.0.0/29,10.9.0.1-3,fd00::1', 100) as Span[]
  const addresses = [...addressesOf(spans)]
  expect(countAddresses(spans)).toBe(addresses.length)
  for (let start = 0; start <= addresses.length; start += 1) expect([...addressesOf(spans, start)]).toEqual(addresses.slice(start))
})
