import { describe, expect, it } from 'vitest'
import { looksLikeNetwork, toNetworks } from './networks.ts'

describe('networks as typed', () => {
  it('are one per line or comma, each once', () => {
    expect(toNetworks(' 10.4.0.0/16\n\nfd00::/8, 10.4.0.0/16 ')).toEqual(['10.4.0.0/16', 'fd00::/8'])
  })

  it.each(['10.4.0.0/16', '0.0.0.0/0', '192.168.1.7/32', 'fd00::/8', '2001:db8::/128', '::ffff:10.0.0.0/104'])('%s is one', (text) => {
    expect(looksLikeNetwork(text)).toBe(true)
  })

  it.each(['10.4.0.0', '10.4.0.0/33', '10.4.0.256/16', 'fd00::', 'fd00::/129', 'bmc.lan/24', '/8', '10.4/16'])('%s is none', (text) => {
    expect(looksLikeNetwork(text)).toBe(false)
  })
})
