namespace Annotator.Client.Annotations;

/// <summary>Objects of a job that are to be followed through its frames.</summary>
/// <param name="Frame">Where they are as they shall be followed.</param>
/// <param name="Frames">How many frames; null for all in that direction.</param>
/// <param name="Tracker">flow, correlation or model.</param>
/// <param name="ModelId">The model, where the tracker is one.</param>
/// <param name="Backward">To earlier frames.</param>
public sealed record Tracking(IReadOnlyList<ObjectToTrack> Objects, int Frame, int? Frames = null, string Tracker = "flow", int? ModelId = null, bool Backward = false);

/// <param name="Type">track or shape; a shape becomes a track.</param>
public sealed record ObjectToTrack(string Type, long Id);
