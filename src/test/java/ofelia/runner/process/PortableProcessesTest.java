package ofelia.runner.process;

import ofelia.time.SystemTime;

class PortableProcessesTest extends ProcessesContract {

  @Override
  Processes open() {
    return new PortableProcesses(new SystemTime(), "for the test");
  }

  @Override
  int atOnce() {
    return 100;
  }
}
