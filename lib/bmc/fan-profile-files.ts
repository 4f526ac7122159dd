import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { shippedFanProfiles } from './fan-catalogue.ts'
import { parseFanProfile, type FanProfile } from './fan-profile.ts'

const maxFiles = 200
const maxBytes = 64 * 1024

/** The profiles to choose from, and the sentences that say which files of the folder were left out and why. */
export type FanProfileFiles = { profiles: FanProfile[]; problems: string[] }

/**
 * The profiles of a folder (`*.json`, one each) before those that come with Baseboard; a folder that is not there holds none. A file that is
 * wrong costs itself alone: what it would have told is no reason to leave the nodes without their conductor.
 */
export async function readFanProfiles(folder: string): Promise<FanProfileFiles> {
  const problems: string[] = []
  const own: FanProfile[] = []
  const taken = new Set(shippedFanProfiles.map(({ id }) => id))
  const names = await listFiles(folder, problems)
  if (names.length > maxFiles) problems.push(`${folder}: only the first ${maxFiles} of ${names.length} fan profiles are read`)
  for (const name of names.slice(0, maxFiles)) {
    const path = join(folder, name)
    const read = await readProfile(path)
    if ('problems' in read) problems.push(...read.problems.map((text) => `${path}: ${text}`))
    else if (taken.has(read.profile.id)) problems.push(`${path}: id: "${read.profile.id}" is taken by another profile`)
    else own.push({ ...read.profile, isOwn: true })
    if ('profile' in read) taken.add(read.profile.id)
  }
  return { profiles: [...own, ...shippedFanProfiles], problems }
}

async function listFiles(folder: string, problems: string[]): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(`${folder}: the fan profiles cannot be read: ${toText(error)}`)
    return []
  }
}

async function readProfile(path: string): Promise<{ profile: FanProfile } | { problems: string[] }> {
  try {
    const facts = await stat(path)
    if (!facts.isFile()) return { problems: ['is no file'] }
    if (facts.size > maxBytes) return { problems: [`has ${facts.size} bytes; a fan profile has at most ${maxBytes}`] }
    return parseFanProfile(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    return { problems: [error instanceof SyntaxError ? `is no JSON: ${error.message}` : toText(error)] }
  }
}

const toText = (error: unknown) => (error instanceof Error ? error.message : String(error))
