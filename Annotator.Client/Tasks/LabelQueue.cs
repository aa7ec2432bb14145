namespace Annotator.Client.Tasks;

/// <summary>Which frames to label next.</summary>
/// <param name="By">uncertainty or diversity.</param>
/// <param name="ModelId">The model that was unsure, or whose vectors were compared; null without one.</param>
/// <param name="Date">When it was worked out; null when it never was.</param>
/// <param name="Waiting">Frames in the whole queue.</param>
/// <param name="Frames">The first of them.</param>
public sealed record LabelQueue(string By, int? ModelId, DateTimeOffset? Date, int Waiting, IReadOnlyList<QueuedFrame> Frames);

/// <summary>One frame of a queue.</summary>
/// <param name="Frame">In the task's numbering, from 0.</param>
/// <param name="JobId">The job that it is in.</param>
/// <param name="Value">0 to 1: doubt, or difference from what is labelled.</param>
public sealed record QueuedFrame(int Frame, int? JobId, double Value);

/// <summary>Frames that look alike.</summary>
/// <param name="Date">When it was worked out; null when it never was.</param>
public sealed record NearDuplicates(DateTimeOffset? Date, IReadOnlyList<DuplicateFrames> Groups);

/// <param name="Frame">The one to keep.</param>
/// <param name="Like">Those that look like it.</param>
public sealed record DuplicateFrames(int Frame, IReadOnlyList<int> Like);
