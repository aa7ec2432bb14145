namespace Annotator.Inference.Tracking;

/// <summary>What one step of a tracker says.</summary>
/// <param name="Points">The shape on the new frame; as it was where the object is lost.</param>
/// <param name="Score">0 to 1: how sure the tracker is.</param>
/// <param name="Lost">Why the object is lost, for the user; null while it is held.</param>
public sealed record TrackStep(double[] Points, double Score, string? Lost);

/// <summary>Follows one object from frame to frame; forwards or backwards is the caller's order.</summary>
public interface IObjectTracker
{
    /// <summary>Looks for the object in the next frame. A lost object stays where it was.</summary>
    /// <exception cref="ModelException">The model behind it failed.</exception>
    ValueTask<TrackStep> NextAsync(PixelImage frame, CancellationToken cancel);
}
