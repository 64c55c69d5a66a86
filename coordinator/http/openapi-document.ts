import { z } from 'zod';
import { apiErrorSchema } from '../../shared/http-api/api-error.ts';
import { packageVersion } from '../../shared/package-version.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const errorReply = {
  description: 'The request failed; the status is that of the error.',
  content: { 'application/json': { schema: referenceTo(apiErrorSchema) } },
};

/** The API as an OpenAPI 3.1 document, made from the schemas that requests and replies are held to. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Consilium coordinator', version: packageVersion(), description: 'Studies, runs, model versions, sites and access. Each operation names the roles that may call it, any one of which is enough; every role may do what a viewer may.' },
    servers: [{ url: '/api/v1' }],
    paths,
    components: { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer' } }, schemas: componentSchemas() },
  };
}

function operationOf({ summary, roles, params, query, body, reply }: Route): Json {
  return {
    summary,
    security: roles.map((role) => ({ accessToken: [role] })),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...requestBodyOf(body),
    responses: {
      [reply.status]:
        'schema' in reply
          ? { description: 'Done.', content: { 'application/json': { schema: referenceTo(reply.schema) } } }
          : { description: reply.description, content: { [reply.mediaType]: {} } },
      default: errorReply,
    },
  };
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: required.includes(name), schema: property }));
}

function requestBodyOf(body: Route['body']): Json {
  if (body === 'plan') return { requestBody: { required: true, description: 'A study plan; its bytes are kept as they are.', content: { 'application/json': {} } } };
  if (Object.keys(body.shape).length === 0) return {};
  return { requestBody: { required: true, content: { 'application/json': { schema: referenceTo(body) } } } };
}

function referenceTo(schema: z.ZodObject): Json {
  return { $ref: componentUri(String(schema.meta()?.id)) };
}

function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: componentUri });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, id: _id, ...schema }]) => [id, schema]));
}

function componentUri(id: string): string {
  return `#/components/schemas/${id}`;
}
