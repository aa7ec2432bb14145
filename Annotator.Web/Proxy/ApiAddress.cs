namespace Annotator.Web.Proxy;

/// <summary>Where the Api is, as the app host or the platform says in <c>services__api__http(s)__0</c>.</summary>
internal sealed class ApiAddress(IConfiguration configuration)
{
    /// <summary>An origin without a path.</summary>
    public string Origin { get; } = configuration["services:api:https:0"]
        ?? configuration["services:api:http:0"]
        ?? throw new InvalidOperationException("The address of the Api is not known: set services__api__http__0, such as http://localhost:5001.");
}
