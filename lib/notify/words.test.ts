import { expect, it } from 'vitest'
import type { AlertMessage } from '#lib/domain/alert-message.ts'
import { toWords } from './words.ts'

const of = (level: 'warning' | 'over', watts: number, silent: number): AlertMessage => ({
  kind: 'firing',
  rule: { id: 'r', name: 'Power budget', level: 'warning' },
  nodes: [],
  range: '',
  count: 1,
  alerts: [{ node: null, since: '2026-11-30T12:00:00.000Z', isFlapping: false, evidence: { kind: 'budget', name: 'rack 7', level, watts, capWatts: 3_000, silent } }],
})

it.each([
  ['warning', 2_800, 0, 'rack 7 is near its cap: 2.8 kW of 3 kW', 'rack 7 接近上限：2.8 kW，上限 3 kW'],
  ['over', 3_100, 1, 'rack 7 is over its cap: at least 3.1 kW, 1 node not reported, of 3 kW', 'rack 7 超出上限：至少 3.1 kW（1 个节点未上报），上限 3 kW'],
  ['over', 3_100, 2, 'rack 7 is over its cap: at least 3.1 kW, 2 nodes not reported, of 3 kW', 'rack 7 超出上限：至少 3.1 kW（2 个节点未上报），上限 3 kW'],
] as const)('says how a budget stands: %s, %d W, %d not reported', (level, watts, silent, english, chinese) => {
  expect([toWords(of(level, watts, silent), 'en', 'http://b').lines, toWords(of(level, watts, silent), 'zh-CN', 'http://b').lines]).toEqual([[english], [chinese]])
})
