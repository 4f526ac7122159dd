import { expect, it } from 'vitest'
import { toAddress, toFilter, toView } from './view.ts'

it.each([
  ['', '/power', { hours: 6 }],
  ['group=gpu', '/power?group=gpu', { group: 'gpu', hours: 6 }],
  ['rack=R%201&hours=0.25', '/power?rack=R+1&hours=0.25', { rack: 'R 1', hours: 0.25 }],
  ['budget=b1', '/power?budget=b1', { budget: 'b1', hours: 6 }],
  ['hours=99', '/power', { hours: 6 }],
])('reads «%s» and writes it again', (search, address, filter) => {
  const view = toView(new URLSearchParams(search))
  expect([toAddress(view), toFilter(view)]).toEqual([address, filter])
})
