namespace Annotator.Formats.Yolo;

/// <summary>The text formats of the YOLO family: what a row of numbers means.</summary>
public enum YoloKind
{
    /// <summary>Darknet's form: class, centre, size; a sixth number is a confidence.</summary>
    Darknet,

    /// <summary>Class, centre, size; a sixth number is a track's number.</summary>
    Detection,

    /// <summary>Class and the corners of a polygon.</summary>
    Segmentation,

    /// <summary>Class and the four corners of a turned box.</summary>
    OrientedBoxes,

    /// <summary>Class, centre, size, and two or three numbers for each node of a skeleton.</summary>
    Pose,
}
