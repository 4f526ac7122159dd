import * as z from 'zod'
import { fanForms, type FanForm } from './fan-forms.ts'
import { anything, number, parseLoose, text, words } from './loose.ts'
import { createLook, type Look } from './look.ts'
import { findOemLinks, MAX_DEPTH, toObject } from './oem-action.ts'
import { readControls, type Control } from './read-controls.ts'
import type { RedfishModel } from './model.ts'
import { findOwnChassis, type Tree } from './tree.ts'

/** A change to one resource. */
export type FanPatch = { path: string; body: Record<string, unknown> }

/**
 * A maker's property with what stands beside it. `keys`: below what it lies in its resource; none in a resource of its own. `second`: the form's second
 * property, where this BMC tells it.
 */
export type FormRoute = {
  kind: 'form'
  form: FanForm
  path: string
  keys: readonly string[]
  siblings: Record<string, unknown>
  words: string[]
  current: string | undefined
  second: { property: string; words: string[]; current: string } | undefined
}
/** The standard's own: each Control is a zone. */
export type ControlRoute = { kind: 'control'; controls: readonly Control[] }
export type FanRoute = FormRoute | ControlRoute

const owned = z.object({ Oem: anything })

/**
 * The way to the fans that this BMC shows: Controls of fans in percent that it lets be changed (a probe that proves them, since few have them),
 * else a maker's property at the manager, the chassis' Thermal or the chassis.
 */
export async function findFanRoute(look: Look, tree: Tree, controls: readonly Control[]): Promise<FanRoute | undefined> {
  const fans = controls.filter(isFanControl)
  if (fans.length > 0) return { kind: 'control', controls: fans }
  for (const path of toFanPlaces(tree)) {
    const found = await findForm(look, path)
    if (found !== undefined) return found
  }
  return undefined
}

/** Where makers put what is of their fans. */
export function toFanPlaces(tree: Tree): string[] {
  const chassis = findOwnChassis(tree)
  return [tree.managers[0], chassis?.thermal, chassis?.path].filter((path) => path !== undefined)
}

/** The same for one reading by itself. A maker's property that is known from an earlier one costs one GET. */
export async function readFanRoute(model: RedfishModel, known?: FanRoute): Promise<FanRoute | undefined> {
  const look = createLook(model.session)
  const again = known?.kind === 'form' ? await readFormAgain(look, known) : undefined
  if (again !== undefined) return again
  const tree = await model.tree()
  const { controls } = await readControls(look, tree)
  return findFanRoute(look, tree, controls)
}

async function readFormAgain(look: Look, { form, path, keys }: FormRoute): Promise<FormRoute | undefined> {
  const { body, failure } = await look.at(path)
  const siblings = at(body, keys)
  return failure === undefined && form.property in siblings ? toRoute(form, path, [...keys], siblings, form.property) : undefined
}

export const isOfFans = ({ context }: Control): boolean => context === 'Fan' || context === 'CoolingSubsystem'

function isFanControl(control: Control): boolean {
  const { unit, type, isChangeable } = control
  return isOfFans(control) && isChangeable !== false && (unit === '%' || unit === 'percent' || type === 'Percent')
}

async function findForm(look: Look, path: string): Promise<FormRoute | undefined> {
  const { Oem } = parseLoose(owned, (await look.at(path)).body)
  for (const form of fanForms) {
    const linked = findOemLinks(Oem, new RegExp(`^${form.property}$`))[0]
    if (linked !== undefined) {
      const { body, failure } = await look.at(linked)
      if (failure === undefined) return toRoute(form, linked, [], toObject(body), 'Mode')
    }
    const keys = findKeys(Oem, form)
    if (keys !== undefined) return toRoute(form, path, ['Oem', ...keys], at(Oem, keys), form.property)
  }
  return undefined
}

function toRoute(form: FanForm, path: string, keys: string[], siblings: Record<string, unknown>, property: string): FormRoute | undefined {
  const current = text.parse(siblings[property])
  // A mode beside the duty that this form reaches by its level, and not by its word.
  const known = toWords(siblings, property, form.words).filter((word) => form.level?.along[form.property] !== word && word !== 'Mixed')
  return known.length === 0 ? undefined : { kind: 'form', form: { ...form, property }, path, keys, siblings, words: known, current, second: toSecond(form, siblings) }
}

/** What this BMC lists for a property; what the maker's manual does where it lists nothing. */
function toWords(siblings: Record<string, unknown>, property: string, documented: readonly string[]): string[] {
  const listed = words.parse(siblings[`${property}@Redfish.AllowableValues`])
  return listed.length > 0 ? listed : [...documented]
}

function toSecond({ second }: FanForm, siblings: Record<string, unknown>): FormRoute['second'] {
  const current = second === undefined ? undefined : text.parse(siblings[second.property])
  return second === undefined || current === undefined ? undefined : { property: second.property, words: toWords(siblings, second.property, second.words), current }
}

/** Where below an `Oem` the form's property stands; OpenBMC's `Profile` counts only in `Fan`, its name being anybody's. */
function findKeys(oem: unknown, form: FanForm, keys: string[] = []): string[] | undefined {
  const here = toObject(oem)
  const isPlace = form.property !== 'Profile' || keys.at(-1) === 'Fan'
  if (isPlace && form.property in here && typeof here[form.property] === 'string') return keys
  if (keys.length >= MAX_DEPTH) return undefined
  for (const [key, inner] of Object.entries(here)) {
    const found = findKeys(inner, form, [...keys, key])
    if (found !== undefined) return found
  }
  return undefined
}

const at = (oem: unknown, keys: readonly string[]) => keys.reduce<Record<string, unknown>>((inner, key) => toObject(inner[key]), toObject(oem))

/** A change of properties beside the form's, as deep as they lie. */
export function toFormPatch({ path, keys }: FormRoute, change: Record<string, unknown>): FanPatch {
  return { path, body: keys.reduceRight<Record<string, unknown>>((inner, key) => ({ [key]: inner }), change) }
}

/** A duty at one Control: by hand, where it has modes. `{percent}`: for people to read. */
export function toControlPatch({ path, mode }: Control, percent: number | '{percent}'): FanPatch {
  return { path, body: { SetPoint: percent, ...(mode === undefined ? {} : { ControlMode: 'Manual' }) } }
}

/** Gives one Control back to the BMC; undefined where it has no modes. */
export const toControlRelease = ({ path, mode }: Control): FanPatch | undefined => (mode === undefined ? undefined : { path, body: { ControlMode: 'Automatic' } })

/** A number beside the form's property. */
export const numberBeside = ({ siblings }: FormRoute, property: string | undefined): number | undefined => (property === undefined ? undefined : number.parse(siblings[property]))
