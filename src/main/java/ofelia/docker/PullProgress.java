package ofelia.docker;

import io.avaje.jsonb.Json;

/// One line of a pull's progress.
///
/// @param layer the layer it is about; empty when it is about the whole
/// @param status such as `Downloading`
/// @param error why the pull failed; else empty
@Json
public record PullProgress(
    @Json.Property("id") String layer,
    @Json.Property("status") String status,
    @Json.Property("progressDetail") Amount amount,
    @Json.Property("error") String error) {

  public PullProgress {
    layer = Absent.orEmpty(layer);
    status = Absent.orEmpty(status);
    amount = Absent.or(amount, Amount.NONE);
    error = Absent.orEmpty(error);
  }

  /// @param totalBytes 0 when it is not known
  @Json
  public record Amount(
      @Json.Property("current") long currentBytes, @Json.Property("total") long totalBytes) {

    static final Amount NONE = new Amount(0, 0);
  }
}
