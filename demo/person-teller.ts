import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { duration, size } from '../shared/command-line/quantities.ts';
import { writeTable, type TableColumn } from '../shared/command-line/table.ts';
import type { DataSource, DemoEvent, DemoPlaces, DemoSummary, DemoTeller, HospitalRows } from './demo-event.ts';
import type { FederationProgram } from './demo-federation.ts';
import type { HospitalAlone } from './hospitals-alone.ts';
import type { TrainedRound } from './training-run.ts';

/** Tells a person at a terminal of 80 columns: what goes on as progress, results as tables once they are whole. */
export class PersonTeller implements DemoTeller {
  readonly #stdout: OutputStream;
  readonly #progress: Progress;
  readonly #programs: FederationProgram[] = [];
  readonly #rounds: TrainedRound[] = [];
  readonly #alone: HospitalAlone[] = [];
  #data: DataSource = 'synthetic';
  #places: DemoPlaces | undefined;

  constructor(io: CommandIo) {
    this.#stdout = io.stdout;
    this.#progress = new Progress(io.stderr);
  }

  progress(text: string): void {
    this.#progress.update(text);
  }

  tell(event: DemoEvent): void {
    this.#progress.clear();
    switch (event.event) {
      case 'note':
        this.#stdout.write(`${event.text}\n`);
        return;
      case 'data':
        this.#data = event.data;
        this.#writeTable('The hospitals', hospitalColumns, event.hospitals);
        return;
      case 'program':
        this.#programs.push(event);
        return;
      case 'round':
        this.#rounds.push(event);
        return;
      case 'hospital-alone':
        this.#alone.push(event);
        return;
      case 'places':
        this.#places = event;
        return;
      case 'summary':
        this.#writeResults(event);
    }
  }

  keepRunning(): void {
    const { run, connection } = this.#places!;
    this.#writeTable('Still running', programColumns, this.#programs);
    this.#stdout.write(`
Look around from another terminal:

  cd ${process.cwd()}
  export CONSILIUM_CONNECTION=${here(connection)}
  npm run -s consilium -- site list
  npm run -s consilium -- run show ${run}
  npm run -s consilium -- model list --run ${run}

Stop everything with Ctrl-C.
`);
  }

  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]();
  }

  #writeResults(summary: DemoSummary): void {
    const { sites, rounds, pooledAccuracy, pooledAuc, bytesUpPerSiteRound } = summary;
    this.#writeTable('The rounds', roundColumns, this.#rounds);
    this.#stdout.write(`
Figures are of the model after the round, on the test rows of all hospitals. They
come from encrypted sums, as the model does: the coordinator adds up what it cannot
read. A hospital sends ${size(bytesUpPerSiteRound)} a round.
`);

    const testRows = this.#alone.reduce((sum, hospital) => sum + hospital.testRows, 0);
    const together = { site: 'all together', pooledAccuracy, pooledAuc };
    this.#writeTable('Accuracy of each hospital alone, and of all together', comparisonColumns(testRows), [...this.#alone, together]);
    this.#stdout.write(`
Alone: the same model and plan, with as many local steps as in ${rounds} rounds, on the
hospital's own training rows, scaled by their own means. COMMON MODEL is the one
that all trained together, on the test rows of that hospital. Few rows make an
accuracy coarse.
`);

    const { model, logs, metrics } = this.#places!;
    this.#stdout.write(`
Model    ${here(model)}  (TensorFlow.js; consilium.json says what it reads)
Logs     ${here(logs)}
Metrics  ${here(metrics)}  (each program's, at the end)

${sites} hospitals, ${rounds} rounds, ${duration(summary.seconds * 1000)}.
`);
    if (this.#isSynthetic()) this.#stdout.write('The patients are invented: these figures say nothing about hearts.\n');
  }

  #writeTable<Row>(title: string, columns: readonly TableColumn<Row>[], rows: readonly Row[]): void {
    const heading = this.#isSynthetic() ? `${title} (synthetic data: invented patients)` : title;
    this.#stdout.write(`\n${styleText('underline', heading, { stream: this.#stdout })}\n\n`);
    writeTable(this.#stdout, columns, rows);
  }

  #isSynthetic(): boolean {
    return this.#data === 'synthetic';
  }
}

const hospitalColumns: readonly TableColumn<HospitalRows>[] = [
  { title: 'HOSPITAL', text: ({ site }) => site },
  { title: 'TRAINING ROWS', text: ({ train }) => String(train), align: 'right' },
  { title: 'TEST ROWS', text: ({ test }) => String(test), align: 'right' },
];

const roundColumns: readonly TableColumn<TrainedRound>[] = [
  { title: 'ROUND', text: ({ round }) => String(round), align: 'right' },
  { title: 'ACCURACY', text: ({ accuracy }) => share(accuracy), align: 'right' },
  { title: 'AUC', text: ({ auc }) => share(auc), align: 'right' },
  { title: 'LOSS', text: ({ loss }) => loss.toFixed(4), align: 'right' },
  { title: 'HOSPITALS', text: ({ contributors }) => String(contributors), align: 'right' },
  { title: 'UP', text: ({ bytesUp }) => size(bytesUp), align: 'right' },
  { title: 'DOWN', text: ({ bytesDown }) => size(bytesDown), align: 'right' },
  { title: 'TIME', text: ({ seconds }) => duration(seconds * 1000), align: 'right' },
];

type Compared = Pick<HospitalAlone, 'site' | 'pooledAccuracy' | 'pooledAuc'> & Partial<HospitalAlone>;

function comparisonColumns(testRows: number): readonly TableColumn<Compared>[] {
  return [
    { title: 'TRAINED BY', text: ({ site }) => site },
    { title: 'OWN TEST ROWS', text: ({ ownAccuracy }) => share(ownAccuracy), align: 'right' },
    { title: 'COMMON MODEL', text: ({ ownAccuracyTogether }) => share(ownAccuracyTogether), align: 'right' },
    { title: `ALL ${testRows} TEST ROWS`, text: ({ pooledAccuracy }) => share(pooledAccuracy), align: 'right' },
    { title: 'AUC', text: ({ pooledAuc }) => share(pooledAuc), align: 'right' },
  ];
}

const programColumns: readonly TableColumn<FederationProgram>[] = [
  { title: 'PROGRAM', text: ({ name }) => name },
  { title: 'PROCESS', text: ({ pid }) => String(pid), align: 'right' },
  { title: 'METRICS', text: ({ metrics }) => metrics },
];

/** As short as it can be typed from where the person is. */
function here(path: string): string {
  const shorter = relative(process.cwd(), path);
  return shorter.startsWith('..') ? path : shorter;
}

function share(value: number | undefined): string {
  return value?.toFixed(4) ?? '';
}
