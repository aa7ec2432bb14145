using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>The names of nodes where their number says which skeleton it is.</summary>
internal static class KnownSkeletons
{
    private static readonly string[] _person =
    [
        "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
        "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ];

    private static readonly int[][] _personEdges =
    [
        [15, 13], [13, 11], [16, 14], [14, 12], [11, 12], [5, 11], [6, 12], [5, 6], [5, 7], [6, 8], [7, 9], [8, 10],
        [1, 2], [0, 1], [0, 2], [1, 3], [2, 4], [3, 5], [4, 6],
    ];

    /// <summary>COCO's person for 17 nodes; numbered nodes otherwise.</summary>
    public static KeypointRules Of(int count, int dimensions) => new()
    {
        Count = count,
        Dimensions = dimensions,
        Names = count == _person.Length ? _person : [],
        Edges = count == _person.Length ? _personEdges : [],
    };
}
