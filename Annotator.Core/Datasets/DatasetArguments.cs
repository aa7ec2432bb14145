namespace Annotator.Core.Datasets;

/// <summary>
/// What the operations <c>export:dataset</c> and <c>export:annotations</c> are asked to do; object and format are the
/// operation's own.
/// </summary>
/// <param name="SaveImages">Whether the media go into the file, beside the annotations.</param>
/// <param name="FileName">The name that the user wants for the file; null for the usual one.</param>
public sealed record ExportArguments(bool SaveImages, string? FileName = null);

/// <summary>
/// What the operations <c>import:annotations</c> (task, job) and <c>import:dataset</c> (project) are asked to do; object and
/// format are the operation's own. The handler deletes the upload (row and blob) when it is done with it.
/// </summary>
/// <param name="UploadId">The complete upload to read.</param>
/// <param name="FileName">As the user named the file.</param>
/// <param name="ConvertMasksToPolygons">The contract's <c>conv_mask_to_poly</c>.</param>
/// <param name="Append">Keep what is there already; otherwise it is replaced.</param>
public sealed record ImportArguments(Guid UploadId, string FileName, bool ConvertMasksToPolygons, bool Append);
