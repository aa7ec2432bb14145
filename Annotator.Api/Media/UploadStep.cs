namespace Annotator.Api.Media;

/// <summary>Which part of an upload in several requests a POST is; the contract tells them apart by headers without value.</summary>
internal enum UploadStep
{
    /// <summary>No such header: everything comes in this one request.</summary>
    Whole,
    Start,
    Multiple,
    Finish,
}

internal static class UploadSteps
{
    extension(UploadStep)
    {
        public static UploadStep Of(HttpRequest request) =>
            request.Headers.ContainsKey("Upload-Start") ? UploadStep.Start
            : request.Headers.ContainsKey("Upload-Multiple") ? UploadStep.Multiple
            : request.Headers.ContainsKey("Upload-Finish") ? UploadStep.Finish
            : UploadStep.Whole;
    }
}
