import * as z from 'zod'
import { isRedfishError, RedfishError } from './errors.ts'
import { toStatusError, type Answer, type ExchangeRequest } from './exchange.ts'
import { readExtendedInfo } from './extended-info.ts'

/** The tags that a BMC gives a resource: the `ETag` header's and the body's `@odata.etag`, which need not be the same. */
type Tags = readonly string[]

/** What a change needs of the conversation. `send` gives an answer of any status, and never repeats a PATCH. */
type Wire = {
  readonly address: string
  read(path: string): Promise<Answer>
  send(request: ExchangeRequest): Promise<Answer>
}

/**
 * Changes a resource under the condition that it is as it was just read. Which form of the condition a BMC takes shows only by trying;
 * a refused one (412, 428) is the proof that nothing was changed, so the next is no repetition. Anything else ends it.
 * With `ifMatch`, the tag of the state that somebody decided on, a resource that is not in that state any more is left alone.
 */
export async function patchConditionally(wire: Wire, path: string, body: unknown, ifMatch?: string): Promise<Answer> {
  let tags = await readFreshTags(wire, path)
  let refusal: RedfishError | undefined
  for (const condition of toConditions(tags)) {
    if (ifMatch !== undefined && refusal !== undefined) tags = await readFreshTags(wire, path)
    if (ifMatch !== undefined && !isSameState(tags, ifMatch)) {
      throw new RedfishError('http', wire.address, `${path} has changed since it was read; nothing was changed`, { status: 412, notSent: true })
    }
    const headers: Record<string, string> = condition === undefined ? {} : { 'if-match': condition }
    const request = { method: 'PATCH', path, body, headers } as const
    const answer = await wire.send(request)
    if (answer.status < 300) return answer
    refusal = toStatusError(wire.address, request, answer)
    if (!isConditionRefused(answer)) throw refusal
  }
  throw refusal
}

/** A resource that may be changed and cannot be read (405) has no tag. */
async function readFreshTags(wire: Wire, path: string): Promise<Tags> {
  try {
    return toTags(await wire.read(path))
  } catch (error) {
    if (isRedfishError(error, 'http', 'bad-json', 'too-large')) return []
    throw asNotSent(error)
  }
}

const tagged = z.object({ '@odata.etag': z.string().optional().catch(undefined) })

function toTags({ etag, body }: Answer): Tags {
  const parsed = tagged.safeParse(body)
  const given = [etag, parsed.success ? parsed.data['@odata.etag'] : undefined]
  return [...new Set(given.flatMap((tag) => (tag !== undefined && isTag(tag) ? [tag] : [])))]
}

/** An empty tag would be answered with 412, and one that is no header value is no tag. */
function isTag(tag: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(tag) && toOpaque(tag) !== ''
}

/** What is left of a tag without weakness and quotes: `W/"7"`, `"7"` and `7` mean one state of the resource. */
function toOpaque(tag: string): string {
  return tag.replace(/^W\//, '').replace(/^"+|"+$/g, '')
}

const isSameState = (tags: Tags, tag: string) => tags.some((one) => toOpaque(one) === toOpaque(tag))

/**
 * The values of `If-Match` to try in turn, undefined for none. RFC 9110 §13.1.1 lets a weak tag never match, which some BMCs that give
 * weak tags take literally (Gigabyte), and others compare the header with what stands in the body: so the tag in its other forms, then
 * any state at all, then no condition. Without a tag the change goes unconditionally first.
 */
function toConditions(tags: Tags): (string | undefined)[] {
  if (tags.length === 0) return [undefined, '*']
  const otherForms = tags.flatMap((tag) => [`"${toOpaque(tag)}"`, `W/"${toOpaque(tag)}"`])
  return [...new Set([...tags, ...otherForms]), '*', undefined]
}

/** The BMC says that the condition kept it from doing anything: 412, 428 (RFC 6585 §3), or only in words (AMI, with 400). */
function isConditionRefused(answer: Answer): boolean {
  if (answer.status === 412 || answer.status === 428) return true
  return answer.status === 400 && readExtendedInfo(answer.body).some(({ id }) => /\bPrecondition(?:HeaderMissing|Required|Failed)$/.test(id))
}

/** Why the reading before the change failed: whatever it was, nothing was changed. */
function asNotSent(error: unknown): unknown {
  if (!isRedfishError(error) || error.notSent) return error
  const { kind, address, detail, status, messages } = error
  return new RedfishError(kind, address, `${detail}. Nothing was changed`, { status, messages, notSent: true, cause: error })
}
