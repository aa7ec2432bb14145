namespace Annotator.Api.Lists;

/// <summary>
/// Absolute URLs with the scheme and host under which the client came: clients send their credentials to them.
/// Scoped: take it as a parameter of a handler.
/// </summary>
internal sealed class Links(IHttpContextAccessor accessor)
{
    private readonly HttpRequest _request = accessor.HttpContext!.Request;

    public string To(string pathAndQuery) =>
        $"{_request.Scheme}://{_request.Host.ToUriComponent()}{_request.PathBase.ToUriComponent()}{pathAndQuery}";
}
