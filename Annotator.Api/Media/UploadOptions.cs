using System.ComponentModel.DataAnnotations;

namespace Annotator.Api.Media;

/// <summary>Every limit on what may be sent to us as a file. A violation is a 4xx that names the limit.</summary>
public sealed class UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>The problem type of a body that cannot be read to its end.</summary>
    internal const string InvalidBodyType = "urn:annotator:invalid-body";

    /// <summary>Bytes of one file; the contract's 25 GiB. Announced as <c>Tus-Max-Size</c>.</summary>
    [Range(1, 1L << 44)]
    public long MaxFileBytes { get; init; } = 25L << 30;

    /// <summary>Bytes of one file with annotations; datasets with images count as files.</summary>
    [Range(1, 1L << 44)]
    public long MaxAnnotationFileBytes { get; init; } = 25L << 30;

    /// <summary>Bytes of one file of a model: more than the format of ONNX files can hold.</summary>
    [Range(1, 1L << 40)]
    public long MaxModelFileBytes { get; init; } = 2L << 30;

    /// <summary>Files of one model: an encoder, a decoder, lists of classes, settings.</summary>
    [Range(1, 1000)]
    public int MaxFilesPerModel { get; init; } = 20;

    /// <summary>Files of one task.</summary>
    [Range(1, 10_000_000)]
    public int MaxFilesPerTask { get; init; } = 500_000;

    /// <summary>Files of one multipart request; their bytes are limited by <see cref="MaxFileBytes"/> together.</summary>
    [Range(1, 100_000)]
    public int MaxFilesPerRequest { get; init; } = 10_000;

    /// <summary>UTF-8 bytes of a file's name with its folders. The database's unique index allows no more than 2,000.</summary>
    [Range(16, 1024)]
    public int MaxFileNameBytes { get; init; } = 1024;

    /// <summary>Bytes of all text fields of a multipart request, and of a JSON body that finishes an upload.</summary>
    [Range(1024, 1 << 30)]
    public int MaxTextBytes { get; init; } = 64 << 20;

    /// <summary>Bytes that are made durable at a time while a piece arrives: what a killed process can lose of it.</summary>
    [Range(64 << 10, 256 << 20)]
    public int DurableStepBytes { get; init; } = 4 << 20;
}
