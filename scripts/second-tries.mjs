// A reporter for vitest: names the tests that passed only at their second try, so that none of them is overlooked.
export default class SecondTries {
  #names = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky)
      this.#names.push(`${test.project.name}: ${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd() {
    if (this.#names.length === 0) return;
    process.stdout.write('\n Passed only when run again (a name that comes back is a bug):\n');
    for (const name of this.#names) process.stdout.write(`   ${name}\n`);
  }
}
