package ofelia.runner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import ofelia.docker.ContainerSummary;
import ofelia.model.RunId;
import ofelia.runner.ContainerAction.Fit;
import ofelia.runner.Targets.Candidate;
import ofelia.runner.Targets.UnavailableException;

/// What a job does with containers, as far as that decides with which of those that are there it
/// can be done.
sealed interface Purpose {

  /// Those that serve, of those that the job may mean.
  ///
  /// @param isAll whether it is to be done with all of them
  /// @throws UnavailableException when there is none, or not all serve that must
  List<Candidate> usable(List<Candidate> found, boolean isAll) throws UnavailableException;

  /// Whether a container may be one of several that the job means without naming it.
  boolean mayPick(ContainerSummary container);

  /// Whether containers must be healthy before it is done, where the job says so.
  boolean needsHealth();

  /// What cannot be done with a container, as the beginning of a reason.
  String refusal(String name);

  private static UnavailableException unavailable(Purpose purpose, Candidate one) {
    String why =
        switch (one.state()) {
          case "paused" -> "it is paused; unpause it";
          case "removing" -> "it is being removed";
          default -> "it does not run (" + one.state() + "); start it";
        };
    return new UnavailableException(purpose.refusal(one.name()) + why);
  }

  /// A command runs in them.
  record Command() implements Purpose {

    @Override
    public List<Candidate> usable(List<Candidate> found, boolean isAll)
        throws UnavailableException {
      Optional<Candidate> paused =
          found.stream().filter(each -> each.state().equals("paused")).findFirst();
      List<Candidate> running =
          found.stream().filter(each -> each.state().equals("running")).toList();
      if (paused.isPresent() && (running.isEmpty() || isAll)) {
        throw Purpose.unavailable(this, paused.get());
      }
      if (running.isEmpty()) {
        throw Purpose.unavailable(this, found.getFirst());
      }
      return running;
    }

    @Override
    public boolean mayPick(ContainerSummary container) {
      return true;
    }

    @Override
    public boolean needsHealth() {
      return true;
    }

    @Override
    public String refusal(String name) {
      return "cannot run a command in container \"" + name + "\": ";
    }
  }

  /// Something is done to them. That of Ofelia itself is not picked: only who names it means it.
  /// One that stands still for a run is left to that.
  record Deed(ContainerAction action, HeldContainers held) implements Purpose {

    /// On the container in which Ofelia runs, in the words of labels.
    private static final String SERVICE = "ofelia.service";

    /// Those that the action is for; where there are none, those that it can be done to; where
    /// there are none either, those that are already as it would make them.
    @Override
    public List<Candidate> usable(List<Candidate> found, boolean isAll)
        throws UnavailableException {
      List<Candidate> free = free(found, isAll);
      Fit best =
          free.stream()
              .map(each -> action.fit(each.state()))
              .min(Comparator.naturalOrder())
              .orElse(Fit.IMPOSSIBLE);
      if (best == Fit.IMPOSSIBLE) {
        throw Purpose.unavailable(this, free.getFirst());
      }
      return free.stream().filter(each -> action.fit(each.state()) == best).toList();
    }

    /// @return at least one
    private List<Candidate> free(List<Candidate> found, boolean isAll) throws UnavailableException {
      List<Candidate> free = new ArrayList<>();
      Optional<String> why = Optional.empty();
      for (Candidate each : found) {
        Optional<RunId> keeper = held.keeper(each.id());
        if (keeper.isEmpty()) {
          free.add(each);
        } else if (why.isEmpty()) {
          why = Optional.of(refusal(each.name()) + "it stands still for run " + keeper.get());
        }
      }
      if (why.isPresent() && (isAll || free.isEmpty())) {
        throw new UnavailableException(why.get());
      }
      return free;
    }

    @Override
    public boolean mayPick(ContainerSummary container) {
      return !OwnContainer.isOurs(container.id())
          && !container.labels().getOrDefault(SERVICE, "").equalsIgnoreCase("true");
    }

    @Override
    public boolean needsHealth() {
      return false;
    }

    @Override
    public String refusal(String name) {
      return "cannot " + action.word() + " container \"" + name + "\": ";
    }
  }
}
