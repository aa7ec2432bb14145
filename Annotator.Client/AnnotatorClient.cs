using Annotator.Client.Annotations;
using Annotator.Client.CloudStorages;
using Annotator.Client.Datasets;
using Annotator.Client.Identity;
using Annotator.Client.Jobs;
using Annotator.Client.Models;
using Annotator.Client.Operations;
using Annotator.Client.Projects;
using Annotator.Client.Server;
using Annotator.Client.Tasks;

namespace Annotator.Client;

/// <summary>
/// The REST API of Annotator, by feature. One instance speaks for one user; it is as thread-safe as the
/// <see cref="HttpClient"/> that it is given and does not dispose it.
/// </summary>
public sealed class AnnotatorClient
{
    /// <param name="http">Its base address is the server's origin, such as <c>https://annotator.example.org/</c>.</param>
    /// <param name="authenticate">Adds the user's credentials to each request; null sends none.</param>
    public AnnotatorClient(HttpClient http, Action<HttpRequestMessage>? authenticate = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        var connection = new ApiConnection(http, authenticate);
        Auth = new AuthApi(connection);
        Users = new UsersApi(connection);
        Projects = new ProjectsApi(connection);
        Labels = new LabelsApi(connection);
        Tasks = new TasksApi(connection);
        Uploads = new UploadsApi(connection);
        Jobs = new JobsApi(connection);
        Annotations = new AnnotationsApi(connection);
        Datasets = new DatasetsApi(connection);
        Models = new ModelsApi(connection);
        CloudStorages = new CloudStoragesApi(connection);
        Requests = new RequestsApi(connection);
        Server = new ServerApi(connection);
    }

    public AuthApi Auth { get; }
    public UsersApi Users { get; }
    public ProjectsApi Projects { get; }
    public LabelsApi Labels { get; }
    public TasksApi Tasks { get; }
    public UploadsApi Uploads { get; }
    public JobsApi Jobs { get; }
    public AnnotationsApi Annotations { get; }
    public DatasetsApi Datasets { get; }
    public ModelsApi Models { get; }
    public CloudStoragesApi CloudStorages { get; }
    public RequestsApi Requests { get; }
    public ServerApi Server { get; }

    /// <summary>A client that sends the key that a login answered.</summary>
    public static AnnotatorClient WithLoginKey(HttpClient http, string key) =>
        new(http, request => request.Headers.Authorization = new("Token", key));

    /// <summary>A client that sends a personal access token.</summary>
    public static AnnotatorClient WithToken(HttpClient http, string token) =>
        new(http, request => request.Headers.Authorization = new("Bearer", token));
}
