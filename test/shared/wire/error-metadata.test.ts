import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import { catalogue, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { fromStatus, toStatus } from '../../../shared/wire/error-metadata.ts';

function received(error: ConsiliumError): ServiceError {
  return Object.assign(new Error(), toStatus(error));
}

describe('errors on the wire', () => {
  it('keep code, detail and problems, for every code', () => {
    for (const code of Object.keys(catalogue) as ErrorCode[]) {
      const sent = new ConsiliumError(code, 'Detail with an umlaut: Zürich.', { problems: [{ path: 'data.columns.3', message: 'is wrong' }] });
      expect(toStatus(sent).code).to.equal(status[sent.entry.grpc]);
      expect(fromStatus(received(sent))?.toJSON()).to.deep.equal(sent.toJSON());
    }
  });

  it('do not carry the cause', () => {
    const sent = toStatus(new ConsiliumError('internal', '', { cause: new Error('secret') }));
    expect(JSON.stringify({ ...sent, metadata: sent.metadata.getMap() })).not.to.contain('secret');
  });

  it('cut a list of problems that would not fit into a header block, and say so', () => {
    const problems = Array.from({ length: 5000 }, (_, index) => ({ path: `data.columns.${index}`, message: 'is wrong' }));
    const back = fromStatus(received(new ConsiliumError('plan-invalid', '', { problems })));
    expect(back?.problems).to.have.length(41);
    expect(back?.problems.at(-1)?.message).to.equal('and 4960 more');
  });

  it('are nothing when the failure comes from the transport or from a stranger', () => {
    const strange = new Metadata();
    strange.set('consilium-error', 'toString');
    for (const metadata of [new Metadata(), strange]) {
      expect(fromStatus(Object.assign(new Error(), { code: status.UNAVAILABLE, details: '', metadata }))).to.equal(undefined);
    }
  });
});
