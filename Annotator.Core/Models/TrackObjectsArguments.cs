namespace Annotator.Core.Models;

/// <summary>What follows an object through frames.</summary>
public static class TrackerNames
{
    /// <summary>Optical flow of points in the object.</summary>
    public const string Flow = "flow";

    /// <summary>A correlation filter of the whole object.</summary>
    public const string Correlation = "correlation";

    /// <summary>A model of the registry that is a tracker.</summary>
    public const string Model = "model";

    public static IReadOnlyList<string> All { get; } = [Flow, Correlation, Model];
}

/// <summary>An object that is to be followed.</summary>
/// <param name="Type">track or shape; a shape becomes a track that begins with it.</param>
public sealed record ObjectToTrack(string Type, long Id);

/// <summary>Arguments of <c>track:job</c>: objects are followed from one frame on, and where they are becomes keyframes.</summary>
/// <param name="Frame">Where they are known: the first frame, or after a part is done the last one that is.</param>
/// <param name="Last">The last frame, before <paramref name="Frame"/> to go backward; both in the task's numbering and in the job.</param>
/// <param name="Tracker">One of <see cref="TrackerNames"/>.</param>
/// <param name="ModelId">The tracker's, where it is a model.</param>
public sealed record TrackObjectsArguments(IReadOnlyList<ObjectToTrack> Objects, int Frame, int Last, string Tracker, int? ModelId);
