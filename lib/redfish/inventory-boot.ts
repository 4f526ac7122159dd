import * as z from 'zod'
import { toFact } from './fact.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toCommon } from './inventory-part.ts'
import { flag, link, list, nested, parseLoose, text } from './loose.ts'

const system = z.object({ Boot: nested({ BootOptions: link, BootOrder: list }) })
const option = common.extend({ BootOptionReference: text, DisplayName: text, BootOptionEnabled: flag })

/** What the host may start from (DSP0268, BootOption), each with its place in the BootOrder, which names them by their reference. */
export async function readBootOptions(collector: Collector, host: unknown): Promise<void> {
  const { Boot } = parseLoose(system, host)
  const order = Boot?.BootOrder.map((reference) => text.parse(reference)) ?? []
  await collector.collection('bootOption', Boot?.BootOptions, (body, fallback) => {
    const given = parseLoose(option, body)
    if (isAbsent(given)) return 'absent'
    const reference = given.BootOptionReference ?? given.Id ?? fallback
    const place = order.indexOf(reference) + 1
    return {
      ...toCommon('bootOption', given, reference),
      name: toFact(given.DisplayName) ?? given.Name ?? reference,
      bootPlace: place === 0 ? undefined : place,
      isEnabled: given.BootOptionEnabled,
    }
  })
}
