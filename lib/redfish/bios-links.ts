import * as z from 'zod'
import { link, nested, parseLoose } from './loose.ts'

const system = z.object({ Bios: link })
const bios = z.object({ '@Redfish.Settings': nested({ SettingsObject: link }) })

/** Where the settings of a system's BIOS are (DSP0268, Bios); undefined where it links none. */
export const toBiosPath = (systemBody: unknown): string | undefined => parseLoose(system, systemBody).Bios

/** Where the settings stand that wait for the next start, and take changes (DSP0266 §9.10); undefined where the BIOS names no such place. */
export const toPendingPath = (biosBody: unknown): string | undefined => parseLoose(bios, biosBody)['@Redfish.Settings']?.SettingsObject
