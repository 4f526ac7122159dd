import { expect, it } from 'vitest'
import { withAcceleratorModels } from './accelerator-model.ts'
import { toProcessorPart, type RedfishPart } from './inventory-part.ts'

const card: RedfishPart = { kind: 'pcie', slot: 'Slot 4', id: 'slot_4', name: 'NVIDIA Quadro RTX A6000', manufacturer: 'NVIDIA', serial: 'S1' }
const gpu: RedfishPart = { kind: 'accelerator', slot: 'GPU1', name: 'GPU 1', serial: 'S1' }

it.each([
  ['the name of the card with its serial (Lenovo)', gpu, card, 'NVIDIA Quadro RTX A6000'],
  ['the model of the card before its name', gpu, { ...card, model: 'A6000' }, 'A6000'],
  ['its own where it has one', { ...gpu, model: 'H100' }, card, 'H100'],
  ['none of another card', { ...gpu, serial: 'S2' }, card, undefined],
  ['none without a serial', { ...gpu, serial: undefined }, { ...card, serial: undefined }, undefined],
  ["none that is the maker's name", gpu, { ...card, name: 'NVIDIA' }, undefined],
  ['none that is an id', gpu, { ...card, name: 'slot_4' }, undefined],
])('the model of an accelerator: %s', (_name, one, other, model) => {
  expect(withAcceleratorModels([one, other])[0]?.model).toBe(model)
})

it('an FPGA tells its model in its own part (iDRAC 9, DSP0268 Processor.FPGA)', () => {
  const body = { Id: 'ProcAccelerator.Slot.1-1', ProcessorType: 'FPGA', FPGA: { Model: 'Intel(R) vRAN ACC100 Adpr' } }
  expect(toProcessorPart(body, 'x')).toMatchObject({ kind: 'accelerator', model: 'Intel(R) vRAN ACC100 Adpr' })
})
