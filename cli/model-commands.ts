import { Command, Option } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { modelVersionListResource } from '../shared/http-api/model-version-resource.ts';
import { connect } from './coordinator-connection.ts';
import { evaluateOnFile, rowChoices, type RowChoice } from './model-evaluation.ts';
import { holdsVersion, writeModelFolder } from './model-folder.ts';
import { downloadWeights, findVersion, publishedModel } from './published-model.ts';
import { evaluationText } from './round-text.ts';

const versionArgument = 'digest of a model version, or a run, which means its last trained version';

export function modelCommands(io: CommandIo): Command {
  const model = new Command('model').description('published model versions');

  model
    .command('list')
    .description('List model versions.')
    .option('--run <run>', 'of this run only')
    .action(async ({ run }: { run?: string }, command: Command) => {
      const query = run === undefined ? '' : `?run=${encodeURIComponent(run)}`;
      const found = await (await connect(command, io)).get(`/models${query}`, modelVersionListResource);
      writeResult(command, io, found, (stdout) =>
        writeTable(stdout, [
          { title: 'DIGEST', text: ({ digest }) => digest },
          { title: 'RUN', text: (version) => version.run },
          { title: 'VERSION', text: ({ number }) => String(number), align: 'right' },
          { title: 'SITES', text: ({ contributions }) => String(contributions.length), align: 'right' },
          { title: 'EVALUATION', text: ({ evaluation }) => (evaluation ? evaluationText(evaluation) : '') },
        ], found.models),
      );
    });

  model
    .command('get')
    .description('Fetch a model as a TensorFlow.js layers model, with consilium.json: inputs, normalisation, lineage, signatures.')
    .argument('<version>', versionArgument)
    .requiredOption('--output <folder>', 'a new or empty folder; one that already holds this version is left as it is')
    .action(async (name: string, { output }: { output: string }, command: Command) => {
      const client = await connect(command, io);
      const version = await findVersion(client, name);
      const known = await holdsVersion(output, version.digest);
      if (!known) await writeModelFolder(output, await publishedModel(client, version), await downloadWeights(client, version));
      const result = { digest: version.digest, run: version.run, number: version.number, folder: output, alreadyThere: known };
      writeResult(command, io, result, (stdout) => stdout.write(`Version ${version.number} of ${version.run} is in ${output}${known ? ' already' : ''}.\n`));
    });

  model
    .command('evaluate')
    .description("Evaluate a model on a file that keeps the study's data contract, as a site would. The rows stay on this machine.")
    .argument('<version>', versionArgument)
    .requiredOption('--data <file>', 'a CSV file')
    .addOption(new Option('--rows <set>', 'which rows').choices(rowChoices).default('test'))
    .action(async (name: string, { data, rows }: { data: string; rows: RowChoice }, command: Command) => {
      const client = await connect(command, io);
      const version = await findVersion(client, name);
      const evaluation = await evaluateOnFile(await publishedModel(client, version), await downloadWeights(client, version), data, rows);
      writeResult(command, io, { digest: version.digest, run: version.run, number: version.number, set: rows, evaluation }, (stdout) =>
        stdout.write(`Version ${version.number} of ${version.run}, ${rows} rows: ${evaluationText(evaluation)}\n`),
      );
    });

  return model;
}
