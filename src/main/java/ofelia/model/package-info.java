/// The nouns that everyone shares. Data only; nothing here needs the outside.
///
/// | word | meaning |
/// |---|---|
/// | Job | a definition: what to do, and when |
/// | Occurrence | an instant at which a job is due |
/// | Run | doing it |
/// | Attempt | one try of a run |
/// | Outcome | how the work of a run ended |
/// | Fate | what became of an occurrence |
/// | Problem | what a person wrote wrong, where, and what to write instead |
///
/// Read [ofelia.model.JobSpec], then [ofelia.model.Fate].
@NullMarked
package ofelia.model;

import org.jspecify.annotations.NullMarked;
