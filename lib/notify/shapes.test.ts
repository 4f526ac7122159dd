import { describe, expect, it } from 'vitest'
import { testMessage } from '#lib/domain/alert-message.ts'
import { NotDelivered, toSaid } from './outlet.ts'
import { demandTaken, toRequest } from './shapes.ts'
import { sample, toOutgoing } from './testing/sample.ts'
import { toWords } from './words.ts'

const url = 'https://example.org/hook/token-1234567'
const bodyOf = (request: { body: string }) => JSON.parse(request.body) as Record<string, never>

describe('words', () => {
  it('are a title, the range, and a line for each node, in English', () => {
    expect(toWords(sample, 'en', 'https://b')).toEqual({
      title: 'BMC silent <@all> & co · 3 nodes',
      range: 'n[1-3]',
      lines: [
        'n1: 10.0.0.1:623 does not answer.',
        'n2: <!channel> *Inlet* 41.5 °C, and 2 more sensors (comes and goes; told again when it is steady)',
        'n3: CPU 1 95 °C, critical 90',
        '… and 9 more',
      ],
      link: 'https://b/alerts',
      linkWords: 'Open Baseboard',
    })
  })

  it('are Chinese where the receiver reads Chinese', () => {
    const { title, lines } = toWords({ ...sample, kind: 'over' }, 'zh-CN', 'https://b')
    expect(title).toBe('已恢复：BMC silent <@all> & co · 3 个节点')
    expect(lines[0]).toBe('n1: 10.0.0.1:623 没有响应。')
    expect(lines.at(-1)).toBe('……另有 9 条')
  })

  it('name the node where there is one, and say that it goes on', () => {
    const one = { ...sample, kind: 'repeat' as const, nodes: ['n1'], range: 'n1', count: 1, alerts: sample.alerts.slice(0, 1) }
    expect(toWords(one, 'en', '')).toMatchObject({ title: 'Still: BMC silent <@all> & co · n1', range: '', lines: ['n1: 10.0.0.1:623 does not answer.'] })
  })
})

describe('the JSON webhook', () => {
  it('has the whole message, the key of its id, and a signature of the body that openssl makes too', () => {
    const request = toRequest('json', toOutgoing(sample), url, 'key')
    expect(request.url).toBe(url)
    expect(bodyOf(request)).toEqual({ version: 1, id: '0b0f3b1e-1111-4000-8000-000000000002', sentAt: '2026-11-30T12:00:00.000Z', site: 'https://baseboard.example.org', ...sample })
    expect(request.headers['idempotency-key']).toBe('0b0f3b1e-1111-4000-8000-000000000002')
    // openssl dgst -sha256 -hmac key < body
    expect(request.headers['x-baseboard-signature']).toBe('sha256=73e52a91234c17e7b087b4a3ab71cc712fb50278892cff21ccdf24e176fabd3d')
    expect(toRequest('json', toOutgoing(sample), url, null).headers).toEqual({ 'idempotency-key': '0b0f3b1e-1111-4000-8000-000000000002' })
  })
})

describe('Slack', () => {
  it('gets an attachment in which nothing is a mention or a link', () => {
    const [attachment] = bodyOf(toRequest('slack', toOutgoing(sample), url, null))['attachments'] as unknown as Record<string, string>[]
    expect(attachment).toMatchObject({ color: '#c62828', title: 'BMC silent &lt;@all&gt; &amp; co · 3 nodes', title_link: 'https://baseboard.example.org/alerts', ts: 1796040000 })
    expect(attachment!['text']).toContain('n[1-3]\nn1: 10.0.0.1:623 does not answer.\nn2: &lt;!channel&gt; *Inlet* 41.5 °C')
    expect(JSON.stringify(attachment)).not.toMatch(/<[!@#]/)
  })
})

describe('Feishu', () => {
  it('gets a card of plain text, signed over the second as its maker says', () => {
    // Computed with Python: base64(hmac_sha256(key = "1796040000\nfeishu-secret", message = "")).
    const body = bodyOf(toRequest('feishu', toOutgoing(sample), url, 'feishu-secret')) as unknown as { timestamp: string; sign: string; msg_type: string; card: { header: unknown; elements: { tag: string; text?: { tag: string; content: string } }[] } }
    expect([body.timestamp, body.sign, body.msg_type]).toEqual(['1796040000', 'Om4iFEG0GLF8REaZYaAaQ/v5dCmPnCa3/ivgc/kZlKg=', 'interactive'])
    expect(body.card.header).toEqual({ title: { tag: 'plain_text', content: 'Baseboard: BMC silent <@all> & co · 3 nodes' }, template: 'red' })
    expect(body.card.elements.map(({ text }) => text?.tag)).toEqual(['plain_text', 'plain_text', 'plain_text', 'plain_text', 'plain_text', undefined])
  })

  it('is not signed where the bot has no secret; green when it is over, blue for a test', () => {
    const templateOf = (message: typeof sample) => (bodyOf(toRequest('feishu', toOutgoing(message), url, null)) as unknown as { sign?: string; card: { header: { template: string } } })
    expect(templateOf({ ...sample, kind: 'over' })).toMatchObject({ card: { header: { template: 'green' } } })
    expect(templateOf(testMessage)).toMatchObject({ card: { header: { template: 'blue' } } })
    expect(templateOf(sample)).not.toHaveProperty('sign')
  })
})

describe('DingTalk', () => {
  it('gets text with the word Baseboard, signed in the query as its maker says', () => {
    const moment = { ...toOutgoing(sample), at: new Date(1796040000000) }
    const request = toRequest('dingtalk', moment, 'https://oapi.dingtalk.com/robot/send?access_token=abc', 'SECabcdef0123456789')
    // Computed with Python: base64(hmac_sha256(key = secret, message = "1796040000000\n" + secret)).
    expect(Object.fromEntries(new URL(request.url).searchParams)).toEqual({ access_token: 'abc', timestamp: '1796040000000', sign: 'rmYZfFlLsmuGcZnjbFwg7EBgyUe0Pdd7lun6hGi8eMo=' })
    const { msgtype, text } = bodyOf(request) as unknown as { msgtype: string; text: { content: string } }
    expect(msgtype).toBe('text')
    expect(text.content).toMatch(/^Baseboard: BMC silent <@all> & co · 3 nodes\nn\[1-3\]\nn1: /)
    expect(text.content).toMatch(/https:\/\/baseboard\.example\.org\/alerts$/)
  })
})

describe('what an answer means', () => {
  const judge = (kind: Parameters<typeof demandTaken>[0], status: number, body: string) => {
    try {
      demandTaken(kind, status, body, [url])
      return 'taken'
    } catch (error) {
      const { message, isFinal } = error as NotDelivered
      return `${isFinal ? 'final ' : ''}${message}`
    }
  }

  it.each([
    ['json', 204, '', 'taken'],
    ['slack', 200, 'ok', 'taken'],
    ['slack', 403, 'invalid_token', 'HTTP 403: invalid_token'],
    ['slack', 400, 'invalid_payload', 'final HTTP 400: invalid_payload'],
    ['json', 302, '', 'HTTP 302'],
    ['json', 500, 'a\u001b[31m\r\nb', 'HTTP 500: a [31m b'],
    ['feishu', 200, '{"code":0,"msg":"success"}', 'taken'],
    ['feishu', 200, '{"StatusCode":0,"StatusMessage":"success"}', 'taken'],
    ['feishu', 200, '{"code":19021,"msg":"sign match fail"}', 'code 19021: {"code":19021,"msg":"sign match fail"}'],
    ['dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', 'taken'],
    ['dingtalk', 200, '{"errcode":310000,"errmsg":"keywords not in content"}', 'errcode 310000: {"errcode":310000,"errmsg":"keywords not in content"}'],
    ['dingtalk', 200, '<html>', 'an answer without a errcode: <html>'],
    ['json', 404, `no hook at /hook/token-1234567, nor at ${url}`, 'HTTP 404: no hook at /hook/…, nor at …'],
  ] as const)('%s %d %s', (kind, status, body, expected) => {
    expect(judge(kind, status, body)).toBe(expected)
  })

  it('never repeats a secret, whole, encoded or in parts', () => {
    const secret = 'https://hooks.slack.com/services/T000AAAA/B000BBBB/s3cr3ts3cr3t?x=long+token'
    for (const part of [secret, encodeURIComponent(secret), 'T000AAAA', 's3cr3ts3cr3t', 'long+token']) expect(toSaid(`so: ${part}.`, [secret, null])).toBe('so: ….')
  })
})
