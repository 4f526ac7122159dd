import type { Resource } from './resource.ts'

/** An answer before it is put on the wire. */
export interface Answer {
  status: number
  body?: Resource
  headers?: Record<string, string>
}

/** A Redfish error body with one extended message (DSP0266, Error responses). */
export function errorAnswer(status: number, messageId: string, message: string, args: readonly string[] = []): Answer {
  const extended = {
    '@odata.type': '#Message.v1_1_1.Message',
    MessageId: `Base.1.8.${messageId}`,
    Message: message,
    MessageArgs: args,
    Severity: status < 400 ? 'OK' : 'Critical',
    Resolution: 'None.',
  }
  return {
    status,
    body: {
      error: {
        code: `Base.1.8.${messageId}`,
        message,
        '@Message.ExtendedInfo': [extended],
      },
    },
  }
}

export const notFound = (path: string) =>
  errorAnswer(404, 'ResourceMissingAtURI', `The resource at the URI ${path} was not found.`, [path])

export const unauthorized = () =>
  errorAnswer(401, 'NoValidSession', 'There is no valid session established with the implementation.')

export const methodNotAllowed = (method: string) =>
  errorAnswer(405, 'OperationNotAllowed', `The HTTP method ${method} is not allowed on this resource.`)

export const malformed = () =>
  errorAnswer(400, 'MalformedJSON', 'The request body submitted was malformed JSON and could not be parsed by the receiving service.')

export const valueNotInList = (value: string, parameter: string) =>
  errorAnswer(400, 'ActionParameterValueNotInList', `The value ${value} for ${parameter} is not in the list of acceptable values.`, [value, parameter])

export const success = () => errorAnswer(200, 'Success', 'The request completed successfully.')
