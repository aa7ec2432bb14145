namespace Annotator.Formats.Model;

/// <summary>How outlines are carried from one keyframe to the next. It is kept with the track, so that exports stay the same.</summary>
public enum InterpolationMode : byte
{
    /// <summary>As CVAT does it: both ends begin at corresponding vertices and run the same way, which the annotator sees to.</summary>
    Cvat,

    /// <summary>The right end is turned to fit the left one first.</summary>
    Aligned,
}
